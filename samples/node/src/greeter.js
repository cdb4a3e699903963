import { createServer } from "node:http";

/** The service, not listening yet: GET /health answers with `version`, GET /greetings/{name} greets. */
export function greeter(version) {
  return createServer((request, response) => {
    const [status, body] = answer(request, version);
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  });
}

function answer({ method, url }, version) {
  const greeting = /^\/greetings\/([A-Za-z]+)$/.exec(url);
  if (method !== "GET") return [405, { error: "only GET" }];
  if (url === "/health") return [200, { status: "ok", version }];
  if (greeting) return [200, { greeting: `Hello, ${greeting[1]}!` }];
  return [404, { error: "nothing here" }];
}
