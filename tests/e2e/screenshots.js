// SPDX-License-Identifier: Apache-2.0
// Pictures of every screen, for people to judge: ./run.sh --pictures FOLDER [customer|agent] [WIDTHxHEIGHT] [zh-CN|en] [light|dark]
import { mkdirSync } from "node:fs";
import path from "node:path";
import { agentScreens } from "./lib/agent_screens.js";
import { customerScreens } from "./lib/customer_screens.js";
import { look } from "./lib/screens.js";
import { Server } from "./lib/server.js";

const [folder = "pictures", who = "customer", size = "", lang = "en", theme = "light"] = process.argv.slice(2);
const [width, height] = (size || (who === "customer" ? "390x844" : "1280x800")).split("x").map(Number);
mkdirSync(folder, { recursive: true });
const server = await Server.start();
let count = 0;
const see = async (name, page) => {
  count += 1;
  const [least, most] = await page.evaluate(() => [innerWidth, innerHeight]);
  await look(page, who, { lang, theme });
  const file = `${String(count).padStart(2, "0")}-${name.replace(/\W+/g, "-")}-${least}x${most}-${lang}-${theme}.png`;
  await page.screenshot({ path: path.join(folder, file) });
  await look(page, who, { lang: "en", theme });
};
try {
  await (who === "customer" ? customerScreens : agentScreens)(server, see, { width, height });
} finally {
  await server.stop();
}
console.log(`${count} pictures in ${folder}`);
