// The theme's colours as a canvas needs them: opaque, and read again when somebody changes between dark and light.

const TONES = ["red", "orange", "yellow", "green", "blue", "violet", "gray"];

export class Colours {
  /** `node`: where the theme's variables can be read. */
  constructor(node) {
    this.node = node;
    this.pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    this.read();
  }

  get signature() {
    const style = getComputedStyle(this.node);
    return ["--st-background-color", "--st-text-color", "--st-font"].map((name) => style.getPropertyValue(name)).join("|");
  }

  read() {
    const style = getComputedStyle(this.node);
    const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
    this.seen = this.signature;
    this.ground = value("background-color") || "#ffffff";
    this.text = this.over(value("text-color") || "#000000");
    this.line = this.over(value("border-color") || "#888888");
    this.panel = this.over(value("secondary-background-color") || this.ground);
    this.quiet = this.over(value("gray-text-color") || this.text);
    this.mark = this.over(value("primary-color") || this.text);
    this.font = value("font") || "sans-serif";
    this.tones = Object.fromEntries(TONES.map((tone) => [tone, this.tone(tone, value)]));
  }

  tone(tone, value) {
    return {
      border: this.over(value(`${tone}-color`) || this.line),
      background: this.over(value(`${tone}-background-color`) || this.ground),
      text: this.over(value(`${tone}-text-color`) || this.text),
    };
  }

  /** The same, stepped back: a third of it is left. */
  faint(colour) {
    const [r, g, b] = colour.match(/\d+/g) ?? [128, 128, 128];
    return this.over(`rgba(${r}, ${g}, ${b}, .35)`);
  }

  /** True when the theme has changed since; then everything has been read again. */
  changed() {
    if (this.signature === this.seen) return false;
    this.read();
    return true;
  }

  /** A colour that may be translucent, as it looks on the ground: lines must not shine through a box. */
  over(colour) {
    this.pen.globalCompositeOperation = "copy";
    this.fill(this.ground);
    this.pen.globalCompositeOperation = "source-over";
    this.fill(colour);
    const [r, g, b] = this.pen.getImageData(0, 0, 1, 1).data;
    return `rgb(${r}, ${g}, ${b})`;
  }

  fill(colour) {
    this.pen.fillStyle = colour;
    this.pen.fillRect(0, 0, 1, 1);
  }
}
