/** The menu that holds a link to what is on screen. */
import type { JSX } from "preact";
import { words } from "../i18n";
import { later } from "./later";
import { Menu } from "./menu";

const Link = later(() => import("./share-link").then((module) => module.Link));

export function Share(): JSX.Element {
  return (
    <Menu label={words.value.share.label} icon="link">
      {() => <Link />}
    </Menu>
  );
}
