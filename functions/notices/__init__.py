"""What people are told of a delivery: one notice, in the words of mail, chat and webhook, and the audiences it is for.

Mail wants a subject and text without quotation marks, a chat wants the schema of custom notifications, a webhook wants
plain JSON: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""
