// A case's volumes on a canvas. What is shown comes from the page; the volumes come from the server, never over the page's connection.
import { Niivue, SHOW_RENDER, SLICE_TYPE } from "./lib/niivue/niivue.js";

export async function open(canvas, address) {
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    crosshairColor: [0.36, 0.78, 0.86, 0.8],
    crosshairWidth: 0.25,
    dragAndDropEnabled: false,
    isRadiologicalConvention: true,
    loadingText: "",
    logLevel: "error",
    multiplanarShowRender: SHOW_RENDER.NEVER,
  });
  await niivue.attachToCanvas(canvas);
  const viewer = new CaseViewer(niivue);
  try {
    await viewer.load(address);
  } catch (error) {
    viewer.close();
    throw error;
  }
  return viewer;
}

class CaseViewer {
  constructor(niivue) {
    this.niivue = niivue;
    this.keys = new AbortController();
    document.addEventListener("keydown", step, { signal: this.keys.signal });
  }

  async load({ image, label, colours }) {
    await this.niivue.loadVolumes([{ url: image, colormap: "gray" }, ...(label ? [{ url: label, opacity: 0 }] : [])]);
    if (label) {
      const parts = channel => colours.map(([, colour]) => parseInt(colour.slice(1 + 2 * channel, 3 + 2 * channel), 16));
      this.niivue.volumes[1].setColormapLabel({
        I: [0, ...colours.map(([value]) => value)],
        R: [0, ...parts(0)],
        G: [0, ...parts(1)],
        B: [0, ...parts(2)],
        A: [0, ...colours.map(() => 255)],
      });
    }
  }

  show({ black, white, opacity, inSpace }) {
    const [image, label] = this.niivue.volumes;
    if (black !== null) {
      [image.cal_min, image.cal_max] = [black, white];
    }
    if (label) {
      this.niivue.setOpacity(1, opacity);
    }
    this.niivue.setSliceType(inSpace ? SLICE_TYPE.RENDER : SLICE_TYPE.MULTIPLANAR);
    this.niivue.updateGLVolume();
  }

  close() {
    this.keys.abort();
    this.niivue.cleanup();
    this.niivue.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

// Shift with an arrow goes to a neighbour, as its link does.
function step(event) {
  if (event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const link = document.querySelector(event.key === "ArrowLeft" ? "a[rel=prev]" : "a[rel=next]");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }
}
