// How a component and a dependency look: what kind it is by its outline, how it stands by sign, word, border and colour.

const BENT = { enabled: true, type: "curvedCW", roundness: 0.22 };
const SHAPES = { database: "custom", ellipse: "ellipse" };

/** `mark`: {tone, word, weight, dashed, dim}; none is plain. */
export function nodeLook({ id, label, x, y, shape }, mark, isChosen, colours) {
  const { tone, word = "", weight = 1, dashed = false, dim = false } = mark ?? {};
  const faint = dim ? (one) => colours.faint(one) : (one) => one;
  const colour = tone ? colours.tones[tone] : { border: faint(colours.quiet), background: colours.ground, text: faint(colours.text) };
  return {
    id, x, y,
    label: word ? `${label}\n${word}` : label,
    shape: SHAPES[shape] ?? "box",
    borderWidth: isChosen ? Math.max(3, weight) : weight,
    borderWidthSelected: Math.max(3, weight),
    color: { border: isChosen ? colours.mark : colour.border, background: colour.background, highlight: { border: colours.mark, background: colour.background } },
    font: { color: colour.text, face: colours.font, size: 14 },
    shapeProperties: { borderDashes: dashed ? [4, 4] : false, borderRadius: shape === "circle" ? 16 : 4 },
  };
}

/** `tone`: of the path that it is part of; null where it is part of none. */
export function edgeLook(tone, isDim, isBent, { tones, quiet }) {
  const opacity = tone ? 1 : isDim ? 0.15 : 0.55;
  return { smooth: isBent ? BENT : false, width: tone ? 4 : 1, color: { color: tone ? tones[tone].border : quiet, opacity, inherit: false } };
}
