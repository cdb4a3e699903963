RSpec.describe Greeter do
  include Rack::Test::Methods

  def app
    Greeter.new("abc")
  end

  def body
    JSON.parse(last_response.body)
  end

  it "is healthy and says its version" do
    get "/health"
    expect(body).to eq("status" => "ok", "version" => "abc")
    expect(last_response.content_type).to eq("application/json")
  end

  it "greets by name" do
    get "/greetings/Ada"
    expect(body).to eq("greeting" => "Hello, Ada!")
  end

  it "knows no other address" do
    get "/elsewhere"
    expect(last_response.status).to eq(404)
  end
end
