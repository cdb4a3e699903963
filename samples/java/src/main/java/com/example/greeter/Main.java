package com.example.greeter;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** Serves on PORT, with the version that the file VERSION in its folder says. */
final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        var file = Path.of("VERSION");
        var version = Files.exists(file) ? Files.readString(file).strip() : "development";
        var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        var server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", new Greeter(version));
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
