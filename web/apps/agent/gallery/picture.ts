// SPDX-License-Identifier: Apache-2.0
// A drawn person in front of a wall as a live stream, where no camera is at hand.

const looks = {
  customer: { wall: ["#c9b79c", "#8f7a5e"], skin: "#e8b894", hair: "#2a1d16", cloth: "#34597a" },
  agent: { wall: ["#9fb3c4", "#5d7488"], skin: "#f0c9a8", hair: "#14110f", cloth: "#e8eaee" },
  third: { wall: ["#b9c7b0", "#6f8566"], skin: "#d9a077", hair: "#5a3a22", cloth: "#6a3d6f" },
} as const;

function draw(context: CanvasRenderingContext2D, look: (typeof looks)[keyof typeof looks]): void {
  const { width: w, height: h } = context.canvas;
  const wall = context.createLinearGradient(0, 0, w, h);
  wall.addColorStop(0, look.wall[0]);
  wall.addColorStop(1, look.wall[1]);
  context.fillStyle = wall;
  context.fillRect(0, 0, w, h);
  const circle = (x: number, y: number, rx: number, ry: number, colour: string) => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x * w, y * h, rx * h, ry * h, 0, 0, Math.PI * 2);
    context.fill();
  };
  circle(0.5, 1.08, 0.42, 0.36, look.cloth);
  circle(0.5, 0.44, 0.21, 0.27, look.hair);
  circle(0.5, 0.72, 0.07, 0.12, look.skin);
  circle(0.5, 0.5, 0.155, 0.21, look.skin);
  circle(0.465, 0.48, 0.014, 0.016, look.hair);
  circle(0.535, 0.48, 0.014, 0.016, look.hair);
  context.strokeStyle = "#a0563f";
  context.lineWidth = h * 0.008;
  context.beginPath();
  context.arc(w * 0.5, h * 0.57, h * 0.05, 0.25, Math.PI - 0.25);
  context.stroke();
}

export function picture(who: keyof typeof looks): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext("2d");
  if (context) {
    draw(context, looks[who]);
    setInterval(() => draw(context, looks[who]), 200);
  }
  return canvas.captureStream(5);
}
