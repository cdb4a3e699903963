require "json"

# The service, as a Rack application: GET /health answers with its version, GET /greetings/{name} greets.
class Greeter
  def initialize(version)
    @version = version
  end

  def call(env)
    status, body = answer(env["PATH_INFO"])
    [status, { "content-type" => "application/json" }, [JSON.generate(body)]]
  end

  private

  def answer(path)
    case path
    when "/health" then [200, { status: "ok", version: @version }]
    when %r{\A/greetings/([A-Za-z]+)\z} then [200, { greeting: "Hello, #{Regexp.last_match(1)}!" }]
    else [404, { error: "nothing here" }]
    end
  end
end
