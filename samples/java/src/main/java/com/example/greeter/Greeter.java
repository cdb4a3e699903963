package com.example.greeter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The service: GET /health answers with its version, GET /greetings/{name} greets. */
record Greeter(String version) implements HttpHandler {
    private static final Pattern GREETING = Pattern.compile("/greetings/([A-Za-z]+)");

    /** Status and body for an address. */
    record Answer(int status, String body) {}

    Answer answer(String path) {
        if (path.equals("/health")) {
            return new Answer(200, "{\"status\":\"ok\",\"version\":\"%s\"}".formatted(version));
        }
        var greeting = GREETING.matcher(path);
        if (greeting.matches()) {
            return new Answer(200, "{\"greeting\":\"Hello, %s!\"}".formatted(greeting.group(1)));
        }
        return new Answer(404, "{\"error\":\"nothing here\"}");
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var answer = answer(exchange.getRequestURI().getPath());
            var body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
