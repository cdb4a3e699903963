package com.example.greeter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class GreeterTest {
    private final Greeter greeter = new Greeter("abc");

    @Test
    void isHealthyAndSaysItsVersion() {
        assertEquals(new Greeter.Answer(200, "{\"status\":\"ok\",\"version\":\"abc\"}"), greeter.answer("/health"));
    }

    @Test
    void greetsByName() {
        assertEquals("{\"greeting\":\"Hello, Ada!\"}", greeter.answer("/greetings/Ada").body());
    }

    @Test
    void knowsNoOtherAddress() {
        assertEquals(404, greeter.answer("/elsewhere").status());
    }

    @Test
    void servesItsAnswersAsJson() throws Exception {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", greeter);
        server.start();
        try {
            var health = URI.create("http://127.0.0.1:%d/health".formatted(server.getAddress().getPort()));
            var response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
            assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(greeter.answer("/health").body(), response.body());
        } finally {
            server.stop(0);
        }
    }
}
