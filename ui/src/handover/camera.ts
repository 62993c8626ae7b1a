/**
 * Reads QR codes through the camera: by the browser's own reader where it has one,
 * else by the package `qr`, loaded only then. No picture is kept or sent.
 */

/** Looks a second are few enough for a cheap phone and many enough for a hand. */
const LOOK_EVERY_MS = 150;
/** A running code changes five times a second: each is to be seen at least once. */
const LOOK_OFTEN_MS = 40;
/** Larger pictures are made smaller: a cheque's code has 41 modules a side. */
const SIDE_MAX_PX = 800;

export type CameraFault = "absent" | "denied" | "failed";

/** Why there is no picture. */
export class NoCamera extends Error {
  constructor(readonly fault: CameraFault) {
    super(fault);
  }
}

type Look = (canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) => Promise<string | undefined>;

/** What TypeScript's library does not know yet. */
interface NativeDetector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface NativeDetectors {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

async function reader(): Promise<Look> {
  const native = (globalThis as { BarcodeDetector?: NativeDetectors }).BarcodeDetector;
  if (native && (await native.getSupportedFormats().catch((): string[] => [])).includes("qr_code")) {
    const detector = new native({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue;
  }
  const { decodeQR } = await import("qr/decode.js");
  return async (canvas, context) => {
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR({ data, width, height });
    } catch {
      return undefined;
    }
  };
}

/**
 * Shows the camera in the video and tells what it reads, again and again, until it is
 * stopped; `often` where the code changes. Throws {@link NoCamera}.
 */
export async function scan(video: HTMLVideoElement, found: (text: string) => void, often = false): Promise<() => void> {
  if (typeof navigator.mediaDevices?.getUserMedia !== "function") throw new NoCamera("absent");
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new NoCamera(name === "NotAllowedError" ? "denied" : name === "NotFoundError" || name === "OverconstrainedError" ? "absent" : "failed");
  }
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const look = await reader();
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new NoCamera("failed");
    void (async () => {
      while (running) {
        const scale = Math.min(1, SIDE_MAX_PX / Math.max(video.videoWidth, video.videoHeight, 1));
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        if (canvas.width > 0 && canvas.height > 0) {
          context.drawImage(video, 0, 0, canvas.width, canvas.height);
          const text = await look(canvas, context).catch(() => undefined);
          if (text && running) found(text);
        }
        await new Promise((resolve) => setTimeout(resolve, often ? LOOK_OFTEN_MS : LOOK_EVERY_MS));
      }
    })();
    return stop;
  } catch (error) {
    stop();
    throw error instanceof NoCamera ? error : new NoCamera("failed");
  }
}
