// A case's volumes on a canvas. What is shown comes from the page; the volumes come from the server, never over the page's connection.
import { Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from "./lib/niivue/niivue.js";

// To the right, to the front and up, as the axial slice lies on the screen: its left is the patient's right.
const STEPS = { ArrowLeft: [1, 0, 0], ArrowRight: [-1, 0, 0], ArrowUp: [0, 1, 0], ArrowDown: [0, -1, 0], PageUp: [0, 0, 1], PageDown: [0, 0, -1] };
const DEGREES = 5;

// Without a graphics card every voxel that is drawn counts: what is not seen is left out.
class SparingNiivue extends Niivue {
  // Moves the crosshair by a voxel, or turns what is drawn in space. The library's own keys would change what the page does not know of.
  keyDownListener(event) {
    const step = STEPS[event.key];
    const isInSpace = this.opts.sliceType === SLICE_TYPE.RENDER;
    if (!step || (isInSpace && step[2] !== 0) || !this.volumes.length || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    if (isInSpace) {
      // As a mouse that is dragged the same way.
      const { renderAzimuth, renderElevation } = this.scene;
      this.setRenderAzimuthElevation(renderAzimuth - DEGREES * step[0], renderElevation - DEGREES * step[1]);
    } else {
      this.moveCrosshairInVox(...step);
    }
  }

  keyUpListener() {}

  // One is hidden while another way of looking is chosen; when it comes back it is drawn anew.
  drawScene() {
    return this.canvas.hidden ? "" : super.drawScene();
  }

  // Nothing is shaded by gradients here, and those of all voxels would take most of the time.
  rgbaTex(texture, unit, dims, isBlank) {
    const isOfGradients = unit === this.gl.TEXTURE6 || unit === this.gl.TEXTURE8;
    return super.rgbaTex(texture, unit, isOfGradients ? [3, 1, 1, dims[3]] : dims, isBlank);
  }

  // A volume is drawn where something of it is seen: an image where it is brighter than black, a label map where it has structures. Elsewhere its texture is blank as it is.
  refreshLayers(volume, layer) {
    const { scl_slope: slope, scl_inter: intercept } = volume.hdr;
    const part = partAbove(volume, layer > 0 ? 0 : slope > 0 ? (volume.cal_min - intercept) / slope : -Infinity);
    // The texture has the image's size; a label map may still be the small one.
    const scale = axis => (layer > 0 ? this.back : volume).dimsRAS[axis + 1] / volume.dimsRAS[axis + 1];
    const [x, y] = part.map(({ begin }, axis) => Math.floor(begin * scale(axis)));
    const [right, front] = part.map(({ end }, axis) => Math.ceil(end * scale(axis)));
    this.gl.enable(this.gl.SCISSOR_TEST);
    this.gl.scissor(x, y, right - x, front - y);
    super.refreshLayers(volume, layer);
    this.gl.disable(this.gl.SCISSOR_TEST);
  }
}

// The part of the columns and rows, from left to right and from back to front, outside of which no voxel is larger than this.
function partAbove({ img, hdr, permRAS }, least) {
  const [, columns, rows, slices] = hdr.dims;
  const [low, high] = [[columns, rows, slices], [-1, -1, -1]];
  for (let slice = 0, at = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++, at += columns) {
      let [first, last] = [0, columns - 1];
      while (first < columns && !(img[at + first] > least)) first++;
      if (first === columns) continue;
      while (!(img[at + last] > least)) last--;
      [low[0], high[0]] = [Math.min(low[0], first), Math.max(high[0], last)];
      [low[1], high[1]] = [Math.min(low[1], row), Math.max(high[1], row)];
      [low[2], high[2]] = [Math.min(low[2], slice), Math.max(high[2], slice)];
    }
  }
  return [0, 1].map(axis => {
    const stored = Math.abs(permRAS[axis]) - 1;
    if (high[stored] < 0) return { begin: 0, end: 0 };
    const size = hdr.dims[stored + 1];
    return permRAS[axis] > 0 ? { begin: low[stored], end: high[stored] + 1 } : { begin: size - 1 - high[stored], end: size - low[stored] };
  });
}

// A volume of blocks that are as small as may be, where no axis may have more of them than this: each has the value of the voxel in its middle.
function reduced(volume, longest) {
  const size = volume.hdr.dims.slice(1, 4);
  const block = size.map(voxels => Math.ceil(voxels / longest));
  const count = size.map((voxels, axis) => Math.ceil(voxels / block[axis]));
  const [columns, rows, slices] = count.map((blocks, axis) =>
    Array.from({ length: blocks }, (_, at) => Math.min(at * block[axis] + Math.floor(block[axis] / 2), size[axis] - 1)));
  const img = new volume.img.constructor(columns.length * rows.length * slices.length);
  let at = 0;
  for (const slice of slices) {
    for (const row of rows) {
      const first = (slice * size[1] + row) * size[0];
      for (const column of columns) img[at++] = volume.img[first + column];
    }
  }
  const perBlock = values => values.map((value, axis) => value * block[axis]);
  const hdr = { ...volume.hdr, dims: volume.hdr.dims.slice(), pixDims: volume.hdr.pixDims.slice() };
  hdr.dims.splice(1, 3, ...count);
  hdr.pixDims.splice(1, 3, ...perBlock(hdr.pixDims.slice(1, 4)));
  // The centre of a block of n voxels lies (n - 1) / 2 voxels after its first.
  hdr.affine = volume.hdr.affine.map(([x, y, z, shift]) => [...perBlock([x, y, z]), [x, y, z].reduce((sum, step, axis) => sum + (step * (block[axis] - 1)) / 2, shift)]);
  hdr.affine[3] = [0, 0, 0, 1];
  const result = Object.assign(new NVImage(), volume, { hdr, img, nVox3D: img.length });
  result.calculateRAS();
  return result;
}

// Returns as soon as there is something to see: small volumes, if there are any, until the whole ones take their place.
export async function open(planes, space, address, page) {
  const viewer = new CaseViewer(planes, space, address, page);
  // One after the other, so that unpacking the large ones does not hold up drawing the small ones; small ones that do not come are no loss.
  const small = address.smallImage ? viewer.load(address.smallImage, address.smallLabel).then(() => true, () => false) : Promise.resolve(false);
  viewer.loading = small.then(isThere => isThere && viewer.isShown).then(() => viewer.load(address.image, address.label, address.reference));
  try {
    await viewer.view(address.inSpace).ready();
    if (!(await small)) {
      await viewer.loading;
    }
  } catch (error) {
    viewer.close();
    throw error;
  }
  return viewer;
}

class CaseViewer {
  constructor(planes, space, { structures, agreement, longestInSpace }, page) {
    this.page = page;
    this.structures = structures;
    this.agreement = agreement;
    this.longestInSpace = longestInSpace;
    this.planes = new View(planes, SLICE_TYPE.MULTIPLANAR, there => this.point(this.planes, there));
    this.space = new View(space, SLICE_TYPE.RENDER, there => this.point(this.space, there));
    this.isShown = new Promise(resolve => (this.onShown = resolve));
    this.keys = new AbortController();
    document.addEventListener("keydown", step, { signal: this.keys.signal });
  }

  view(inSpace) {
    return inSpace ? this.space : this.planes;
  }

  // Waits for the whole volumes.
  whole() {
    return this.loading;
  }

  async load(image, label, reference) {
    if (this.isClosed) {
      return;
    }
    // The image is drawn under the small label map, which is of the same place, while the large one is unpacked.
    const back = await NVImage.loadFromUrl({ url: image, colormap: "gray" });
    await this.take(back);
    await this.take(back, await Promise.all([label, reference].filter(url => url).map(url => NVImage.loadFromUrl({ url, opacity: 0 }))));
  }

  // In space, where every ray meets every voxel on its way, volumes are drawn reduced: the image as it came first, which is small already where there is a small one.
  async take(image, maps) {
    this.imageInSpace ??= reduced(image, this.longestInSpace);
    this.planes.take(image, maps && this.overlaysOf(maps));
    this.space.take(this.imageInSpace, maps && this.overlaysOf(maps.map(map => reduced(map, this.longestInSpace))));
    if (this.shown) {
      await this.show(this.shown);
    }
  }

  // What lies over the image is one label map, whose voxels are changed for another.
  overlaysOf([found, compared]) {
    if (!found) {
      return [];
    }
    const table = colours(this.structures.map(({ value, colour }) => [value, colour]));
    const overlays = [{ map: found, voxels: compared ? found.img.slice() : found.img, table }];
    if (compared) {
      if (compared.img.length !== found.img.length) {
        throw new Error("The reference has another size than the answer.");
      }
      const values = new Uint16Array(1 << 16);
      this.structures.filter(s => s.reference !== null).forEach(s => (values[s.reference] = s.value));
      const truth = found.img.map((_, i) => values[compared.img[i]]);
      const both = found.img.map((value, i) => (value === truth[i] ? (value === 0 ? 0 : 1) : value !== 0 ? 2 : 3));
      overlays.push({ map: found, voxels: truth, table }, { map: found, voxels: both, table: colours(this.agreement.map((colour, i) => [i + 1, colour])) });
    }
    return overlays;
  }

  // Where somebody points is told once they rest there, with what the finer volumes have there.
  point(view, { mm }) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const [x, y, z] = Array.from(mm, axis => Math.round(10 * axis) / 10);
      const at = { x, y, z };
      view.at = at;
      const [intensity, over] = this.planes.valuesAt(mm, this.shown.over);
      this.page.invokeMethodAsync("PointAsync", { at, intensity, over }).catch(() => {});
    }, 200);
  }

  async show(shown) {
    this.shown = shown;
    const view = this.view(shown.inSpace);
    await view.ready();
    // Somebody may look otherwise by now.
    if (!this.isClosed && view === this.view(this.shown.inSpace)) {
      view.show(this.shown);
      this.onShown();
    }
  }

  close() {
    this.isClosed = true;
    this.onShown();
    clearTimeout(this.resting);
    this.loading.catch(() => {});
    this.keys.abort();
    this.planes.close();
    this.space.close();
  }
}

// Volumes on a canvas, which is made ready when somebody wants to look at them so.
class View {
  constructor(canvas, sliceType, onPointed) {
    this.canvas = canvas;
    this.sliceType = sliceType;
    this.onPointed = onPointed;
    this.overlays = [];
  }

  ready() {
    return (this.opening ??= this.open().catch(failed => {
      // Whoever looks so again tries again.
      this.opening = null;
      throw failed;
    }));
  }

  async open() {
    this.niivue = new SparingNiivue({
      backColor: [0, 0, 0, 1],
      crosshairColor: [0.36, 0.78, 0.86, 0.8],
      crosshairWidth: 0.25,
      dragAndDropEnabled: false,
      isForceMouseClickToVoxelCenters: true,
      isRadiologicalConvention: true,
      loadingText: "",
      logLevel: "error",
      multiplanarShowRender: SHOW_RENDER.NEVER,
      sliceType: this.sliceType,
    });
    await this.niivue.attachToCanvas(this.canvas);
    this.niivue.onLocationChange = this.onPointed;
  }

  // What lies over the image stays where nothing else is told.
  take(image, overlays) {
    this.image = image;
    this.overlays = overlays ?? this.overlays;
  }

  put(overlay) {
    if (overlay && this.overlay !== overlay) {
      this.overlay = overlay;
      if (overlay.voxels !== overlay.map.img) {
        overlay.map.img.set(overlay.voxels);
      }
      overlay.map.setColormapLabel(overlay.table);
    }
  }

  // What changed alone is drawn anew, as each volume takes seconds without a graphics card: the image with its window, what lies over it, or the view of both.
  show(shown) {
    const { black, white, opacity, over, at } = shown;
    const [image, overlay] = [this.image, this.overlays[over] ?? this.overlays[0]];
    const label = overlay?.map;
    const before = this.drawn ?? {};
    this.drawn = { ...shown, image, label };
    this.niivue.volumes = label ? [image, label] : [image];
    [this.niivue.back, this.niivue.overlays] = [image, label ? [label] : []];
    if (black !== null) {
      [image.cal_min, image.cal_max] = [black, white];
    }
    if (label) {
      this.put(overlay);
      label.opacity = opacity;
    }
    // What this page tells itself comes back by its address.
    if (at && (before.image !== image || !isSame(at, this.at))) {
      this.at = at;
      this.niivue.scene.crosshairPos = this.niivue.mm2frac([at.x, at.y, at.z], 0, true);
    }
    if (!before.image) {
      this.niivue.updateGLVolume();
    } else {
      if (before.image !== image || before.black !== black || before.white !== white) {
        this.niivue.refreshLayers(image, 0);
      }
      if (label && (before.label !== label || before.opacity !== opacity || before.over !== over)) {
        this.niivue.refreshLayers(label, 1);
      }
      this.niivue.drawScene();
    }
    if (this.at && (before.image !== image || before.label !== label || before.over !== over || !isSame(before.at, at))) {
      // What is there may be another thing now.
      this.niivue.createOnLocationChange();
    }
  }

  // The image's value, and that of what lies over it.
  valuesAt(mm, over) {
    const overlay = this.overlays[over] ?? this.overlays[0];
    this.put(overlay);
    return [this.image, overlay?.map].map(volume => volume?.getValue(...volume.mm2vox(mm)) ?? null);
  }

  close() {
    const leave = () => {
      this.niivue.cleanup();
      this.niivue.gl.getExtension("WEBGL_lose_context")?.loseContext();
    };
    this.opening?.then(leave, () => {});
  }
}

function isSame(one, other) {
  return one?.x === other?.x && one?.y === other?.y && one?.z === other?.z;
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
