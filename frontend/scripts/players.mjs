/** Builds the files that play a run by themselves: one for each language and each kind of failure (`players.json`). */
import { readFileSync } from "node:fs";
import { build } from "vite";

const players = JSON.parse(readFileSync("players.json", "utf8"));
for (const player of Object.keys(players))
  for (const language of ["en", "zh"])
    await build({ configFile: "vite.player.config.ts", mode: `${player}.${language}`, logLevel: "warn" });
