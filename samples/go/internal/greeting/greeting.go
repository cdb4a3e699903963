// Package greeting is the service: what it answers, without a port.
package greeting

import (
	"encoding/json"
	"net/http"
)

// Handler answers GET /health with version, and GET /greetings/{name}.
func Handler(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"status": "ok", "version": version})
	})
	mux.HandleFunc("GET /greetings/{name}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]string{"greeting": "Hello, " + r.PathValue("name") + "!"})
	})
	return mux
}

func answer(w http.ResponseWriter, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	// An error here is a client that has gone away.
	_ = json.NewEncoder(w).Encode(body)
}
