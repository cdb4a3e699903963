require "simplecov"

SimpleCov.start { add_filter "/spec/" }

require "rack/test"
require_relative "../lib/greeter"
