/**
 * `<gradwalk-player>`: a run in any page, in a frame of its own. One ES module, `gradwalk-player.js`, beside `embed.html`.
 *
 * Attributes: `src` (where a trace lies), or `trace` (a trace document as text), or `link` (a fragment of a link to Gradwalk,
 * which is run); `step`, `theme`, `language`, `view`, `controls`, `label`. A trace may also be given as the property `trace`.
 * Methods: `go(step)`, `play()`, `pause()`. Events, with the message as `detail`: `ready`, `run`, `step`, `over`, `failed`.
 */
import { type Asked, PROTOCOL } from "../core/messages";

const LOOKS = ["theme", "language", "view", "controls", "picture", "by"] as const;
const TOLD = ["ready", "run", "step", "over", "failed"];
/** Where the player lies: beside this file. */
const PLAYER = new URL(/* @vite-ignore */ "./embed.html", import.meta.url);

class GradwalkPlayer extends HTMLElement {
  static readonly observedAttributes = ["src", "trace", "link", "step", "label", ...LOOKS];

  private readonly frame = document.createElement("iframe");
  private isReady = false;
  private document: unknown = null;
  /** A step that was asked for before the player listened. */
  private wanted: number | null = null;

  connectedCallback(): void {
    const { frame } = this;
    if (!this.style.display) this.style.display = "block";
    frame.style.cssText = "width:100%;height:100%;min-height:24rem;border:0;display:block";
    frame.allow = "fullscreen";
    frame.title = this.getAttribute("label") ?? "Gradwalk";
    this.isReady = false;
    frame.src = this.address();
    addEventListener("message", this.hear);
    this.replaceChildren(frame);
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.hear);
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (!this.isConnected || before === value) return;
    if (name === "src" || name === "trace") void this.open();
    else if (name === "link") this.frame.src = this.address();
    else if (name === "label") this.frame.title = value ?? "Gradwalk";
    else if (name === "step") this.go(Number(value));
    else if (value !== null) this.say({ type: "set", options: { [name]: value } });
  }

  get trace(): unknown {
    return this.document;
  }

  set trace(document: unknown) {
    this.document = document;
    void this.open();
  }

  go(step: number): void {
    if (this.isReady) this.say({ type: "go", step });
    else this.wanted = step;
  }

  play(): void {
    this.say({ type: "play" });
  }

  pause(): void {
    this.say({ type: "pause" });
  }

  private address(): string {
    const options = new URLSearchParams(this.getAttribute("link")?.replace(/^#/, "") ?? "");
    for (const name of [...LOOKS, "step"]) {
      const value = this.getAttribute(name);
      if (value !== null) options.set(name, value);
    }
    return `${PLAYER.href}#${options}`;
  }

  /** Gives the player the trace, once both are there. */
  private async open(): Promise<void> {
    if (!this.isReady) return;
    try {
      const trace = await this.given();
      if (trace === null) return;
      this.say({ type: "open", trace, title: this.getAttribute("label") ?? "" });
      const step = this.getAttribute("step");
      if (step !== null) this.go(Number(step));
    } catch (error) {
      this.tell("failed", { type: "failed", reason: String(error) });
    }
  }

  private async given(): Promise<unknown> {
    if (this.document !== null) return this.document;
    const text = this.getAttribute("trace");
    if (text !== null) return JSON.parse(text);
    const address = this.getAttribute("src");
    if (address === null) return null;
    const response = await fetch(new URL(address, document.baseURI));
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response.json();
  }

  private goOn(): void {
    if (this.wanted !== null) this.go(this.wanted);
    this.wanted = null;
  }

  /** From `file://` a player's origin has no name. */
  private say(message: Asked): void {
    const origin = PLAYER.origin === "null" ? "*" : PLAYER.origin;
    if (this.isReady) this.frame.contentWindow?.postMessage({ gradwalk: PROTOCOL, ...message }, origin);
  }

  private readonly hear = ({ source, data }: MessageEvent): void => {
    if (source !== this.frame.contentWindow || data?.gradwalk !== PROTOCOL || !TOLD.includes(data.type))
      return;
    if (data.type === "ready") this.isReady = true;
    this.tell(data.type, data);
    if (data.type === "ready") void this.open().then(() => this.goOn());
  };

  private tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get("gradwalk-player")) customElements.define("gradwalk-player", GradwalkPlayer);
