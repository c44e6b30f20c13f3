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

  async load({ image, label, reference, structures, agreement }) {
    const maps = [label, reference].filter(url => url);
    await this.niivue.loadVolumes([{ url: image, colormap: "gray" }, ...maps.map(url => ({ url, opacity: 0 }))]);
    if (!label) {
      return;
    }
    // What lies over the image is one label map, whose voxels are changed for another.
    const [, found, compared] = this.niivue.volumes;
    const table = colours(structures.map(({ value, colour }) => [value, colour]));
    this.overlays = [{ voxels: found.img.slice(), table }];
    if (compared) {
      if (compared.img.length !== found.img.length) {
        throw new Error("The reference has another size than the answer.");
      }
      const values = new Map(structures.filter(s => s.reference !== null).map(s => [s.reference, s.value]));
      const truth = found.img.map((_, i) => values.get(compared.img[i]) ?? 0);
      const both = found.img.map((value, i) => (value === truth[i] ? (value === 0 ? 0 : 1) : value !== 0 ? 2 : 3));
      this.overlays.push({ voxels: truth, table }, { voxels: both, table: colours(agreement.map((colour, i) => [i + 1, colour])) });
    }
    this.put(this.overlays[0]);
  }

  put(overlay) {
    if (this.overlay !== overlay) {
      this.overlay = overlay;
      this.niivue.volumes[1].img.set(overlay.voxels);
      this.niivue.volumes[1].setColormapLabel(overlay.table);
    }
  }

  show({ black, white, opacity, inSpace, over }) {
    const [image, label] = this.niivue.volumes;
    if (black !== null) {
      [image.cal_min, image.cal_max] = [black, white];
    }
    if (label) {
      this.put(this.overlays[over]);
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

function colours(values) {
  const parts = channel => values.map(([, colour]) => parseInt(colour.slice(1 + 2 * channel, 3 + 2 * channel), 16));
  return { I: [0, ...values.map(([value]) => value)], R: [0, ...parts(0)], G: [0, ...parts(1)], B: [0, ...parts(2)], A: [0, ...values.map(() => 255)] };
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
