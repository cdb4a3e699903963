require_relative "lib/greeter"

run Greeter.new(File.exist?("VERSION") ? File.read("VERSION").strip : "development")
