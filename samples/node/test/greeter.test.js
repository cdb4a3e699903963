import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";

import { greeter } from "../src/greeter.js";

describe("greeter", () => {
  const server = greeter("abc");
  const ask = (path, options) => fetch(`http://127.0.0.1:${server.address().port}${path}`, options);

  before(() => once(server.listen(0, "127.0.0.1"), "listening"));
  after(() => server.close());

  it("is healthy and says its version", async () => {
    assert.deepEqual(await (await ask("/health")).json(), { status: "ok", version: "abc" });
  });

  it("greets by name", async () => {
    assert.deepEqual(await (await ask("/greetings/Ada")).json(), { greeting: "Hello, Ada!" });
  });

  it("knows no other address", async () => {
    assert.equal((await ask("/elsewhere")).status, 404);
  });

  it("takes no other method", async () => {
    assert.equal((await ask("/health", { method: "POST" })).status, 405);
  });
});
