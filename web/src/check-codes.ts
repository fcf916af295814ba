// QR codes from the camera and from pictures: by the browser itself where it can, else by script.
import decodeQR from "qr/decode.js";

type Source = ImageBitmap | HTMLVideoElement;

interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface Detectors {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const SIZES = [1600, 2400, 900]; // the longer side, in pixels
const PICTURE_MS = 3000;
const FRAME_MS = 120;

let native: Promise<Detector | undefined> | undefined;

async function detector(): Promise<Detector | undefined> {
  const { BarcodeDetector } = globalThis as unknown as { BarcodeDetector?: Detectors };
  try {
    const formats = await BarcodeDetector?.getSupportedFormats();
    return BarcodeDetector && formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : undefined;
  } catch {
    return undefined; // there by name alone
  }
}

function pixels(source: Source, width: number, height: number, longest: number): ImageData {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#fff"; // a transparent picture would turn black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function decoded(image: ImageData, timeLimit: number): string | undefined {
  try {
    return decodeQR(image, { timeLimit, effort: 4 });
  } catch {
    return undefined;
  }
}

async function found(source: Source): Promise<string | undefined> {
  try {
    const [first] = (await (await (native ??= detector()))?.detect(source)) ?? [];
    return first?.rawValue;
  } catch {
    return undefined;
  }
}

/** What the QR code in this picture says; nothing when there is none that can be read. */
export async function fromPicture(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file);
  const seen = await found(picture);
  if (seen) return seen;
  for (const longest of SIZES) {
    const text = decoded(pixels(picture, picture.width, picture.height, longest), PICTURE_MS);
    if (text) return text;
  }
  return undefined;
}

/** Look through the camera until there is a QR code or `signal` ends it; raises when there is no camera to use. */
export async function fromCamera(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = (await found(video)) ?? frame(video);
      if (text) return text;
      await new Promise((resume) => setTimeout(resume, FRAME_MS));
    }
    return undefined;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

function frame(video: HTMLVideoElement): string | undefined {
  return video.videoWidth ? decoded(pixels(video, video.videoWidth, video.videoHeight, 1280), FRAME_MS) : undefined;
}
