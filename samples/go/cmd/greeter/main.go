// Command greeter serves on PORT. It answers with the version that the file VERSION in its folder says.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"example.com/greeter/internal/greeting"
)

func main() {
	version, err := os.ReadFile("VERSION")
	if err != nil {
		version = []byte("development")
	}
	server := http.Server{
		Addr:              ":" + cmp.Or(os.Getenv("PORT"), "8080"),
		Handler:           greeting.Handler(strings.TrimSpace(string(version))),
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}
