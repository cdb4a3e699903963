import { existsSync, readFileSync } from "node:fs";

import { greeter } from "./greeter.js";

const version = existsSync("VERSION") ? readFileSync("VERSION", "utf8").trim() : "development";

greeter(version).listen(Number(process.env.PORT ?? 8080));
