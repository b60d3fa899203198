/** All that a page asks of `/v1/face/…`; each rejects as `faceCall` does. */
import { declineCheck, faceCall } from './faceCall.ts';
import type { FaceDecline, FaceEnrolled, FaceStanding, FaceTaken, Words } from './wire.ts';

/** A frame as it was taken. */
export interface Frame {
  /** Milliseconds since the page began to show the check. */
  readonly atMs: number;
  readonly jpeg: Uint8Array;
}

export interface FaceNotice {
  readonly version: string;
  readonly words: readonly Words[];
}

export interface FaceCalls {
  notice(): Promise<FaceNotice>;
  /** `self`: the pass of the session's opening. */
  consent(self: string, version: string): Promise<FaceStanding>;
  withdraw(self: string): Promise<void>;
  enrol(self: string, frames: readonly Frame[]): Promise<FaceEnrolled>;
  send(check: { readonly pass: string; readonly prompt: string }, frames: readonly Frame[]): Promise<FaceTaken>;
  decline(check: { readonly pass: string; readonly prompt: string }, why: FaceDecline['why']): Promise<void>;
}

const HEAD_BYTES = 8;

/** For each frame its time (4 bytes, big-endian), its length (4), itself. */
export function frameBytes(frames: readonly Frame[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frames.reduce((sum, { jpeg }) => sum + HEAD_BYTES + jpeg.length, 0));
  const view = new DataView(bytes.buffer);
  let place = 0;
  for (const { atMs, jpeg } of frames) {
    view.setUint32(place, Math.round(atMs));
    view.setUint32(place + 4, jpeg.length);
    bytes.set(jpeg, place + HEAD_BYTES);
    place += HEAD_BYTES + jpeg.length;
  }
  return bytes;
}

export function faceCalls(endpoint: string, session: string): FaceCalls {
  const call = <T>(path: string, pass?: string, body?: object | Uint8Array<ArrayBuffer>): Promise<T> =>
    faceCall(`${endpoint}/v1/face/${path}`, pass, body);

  return {
    notice: () => call('notice'),
    consent: (self, notice) => call('consent', self, { session, notice }),
    withdraw: (self) => call('withdraw', self, { session }),
    enrol: (self, frames) => call(`enrolment?session=${session}`, self, frameBytes(frames)),
    send: ({ pass, prompt }, frames) => call(`frames?session=${session}&check=${prompt}`, pass, frameBytes(frames)),
    decline: (check, why) => declineCheck(endpoint, session, check, why),
  };
}
