package greeting

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	for _, each := range []struct {
		path   string
		status int
		body   string
	}{
		{"/health", http.StatusOK, `{"status":"ok","version":"abc"}`},
		{"/greetings/Ada", http.StatusOK, `{"greeting":"Hello, Ada!"}`},
		{"/elsewhere", http.StatusNotFound, "404 page not found"},
	} {
		t.Run(each.path, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			Handler("abc").ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, each.path, nil))
			if recorder.Code != each.status {
				t.Errorf("status %d, want %d", recorder.Code, each.status)
			}
			if body := strings.TrimSpace(recorder.Body.String()); body != each.body {
				t.Errorf("body %s, want %s", body, each.body)
			}
		})
	}
}
