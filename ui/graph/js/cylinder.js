// A store of data, drawn flat: vis-network's own drum is as high as its name is long.

const LID = 5;
const LETTERS = 14;
const LINE = 18;
const TOO_SMALL = 0.33;

/** What vis-network asks of a node of the shape "custom"; the look is the one that the other shapes are drawn by. */
export function cylinder({ ctx, x, y }, { label, borderWidth, color, font, shapeProperties: { borderDashes } }) {
  const lines = label.split("\n");
  const face = `${LETTERS}px ${font.face}`;
  ctx.font = face;
  const width = Math.max(...lines.map((line) => ctx.measureText(line).width)) + 22;
  const height = lines.length * LINE + 2 * LID + 10;
  const drawNode = () => {
    ctx.save();
    ctx.setLineDash(borderDashes || []);
    ctx.lineWidth = borderWidth;
    ctx.strokeStyle = color.border;
    ctx.fillStyle = color.background;
    body(ctx, x, y, width / 2, height / 2);
    if (ctx.getTransform().a > TOO_SMALL) words(ctx, lines, x, y + LID / 2, face, font.color);
    ctx.restore();
  };
  return { drawNode, nodeDimensions: { width, height } };
}

function body(ctx, x, y, across, down) {
  const [top, bottom] = [y - down + LID, y + down - LID];
  ctx.beginPath();
  ctx.ellipse(x, top, across, LID, 0, Math.PI, 0);
  ctx.lineTo(x + across, bottom);
  ctx.ellipse(x, bottom, across, LID, 0, 0, Math.PI);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
  ctx.beginPath();
  ctx.ellipse(x, top, across, LID, 0, 0, Math.PI);
  ctx.stroke();
}

function words(ctx, lines, x, y, face, colour) {
  ctx.setLineDash([]);
  ctx.font = face;
  ctx.fillStyle = colour;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  lines.forEach((line, index) => ctx.fillText(line, x, y + (index - (lines.length - 1) / 2) * LINE));
}
