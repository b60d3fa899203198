/**
 * Every threshold of judging faces, with where its number is from. "Bench" is `npm run bench:face`,
 * whose tables stand in bench/face.md. Most were set on frames made from few stills: to be measured again on
 * filmed people before anybody's time hangs on them.
 */

export interface FacePolicy {
  /** Median over frames of the distance to the templates: at most this is the person. */
  readonly passDistance: number;
  /** From this on it is another person. Between the two: asked again. */
  readonly mismatchDistance: number;
  /** Frames of one check that lie further than this from most others, two or more of them, are of another person. */
  readonly onePersonDistance: number;
  /** Degrees from straight ahead beyond which a descriptor is not compared: it leans to other turned heads. */
  readonly comparedYaw: number;
  readonly comparedPitch: number;
  /** How many frames must be comparable for a distance to count. */
  readonly comparedMin: number;
  /** Bits of 256 and distance of descriptors at or under which two frames show one and the same picture. */
  readonly sameHashBits: number;
  readonly sameDistance: number;
  /** The same between frames of one check taken for different actions. */
  readonly repeatHashBits: number;
  readonly repeatDistance: number;
  /** Degrees of a turn and of a nod, away from the look straight ahead. */
  readonly turnDegrees: number;
  readonly nodDegrees: number;
  /** By how much the gap of the lips, over their width, must grow. */
  readonly mouthGain: number;
  /** Share of their own openness that closed eyes have left, at most. */
  readonly blinkShare: number;
  /** What a flat thing leaves over of the best homography, in distances between the eyes, at most. */
  readonly flatDepth: number;
  /** Correlation of the skin's colour with the page's, from which on the flash is seen, and under which it is another's. */
  readonly flashSeen: number;
  readonly flashOther: number;
  /** Change of the skin's colour (share of its light) under which nothing can be said of a flash. */
  readonly flashLeast: number;
  /** Shares of frames that may lack a face, or show several. */
  readonly noFaceShare: number;
  readonly severalShare: number;
  /** Light of a face, 0 to 255. */
  readonly darkLight: number;
  readonly glareLight: number;
  /** Variance of the Laplacian of a face at 96 px. */
  readonly blurSharpness: number;
  /** Px between the eyes. */
  readonly eyesMin: number;
  /** How far a frame's time may lie from the time it was asked for. */
  readonly shotSlackMs: number;
}

export const defaultFacePolicy: FacePolicy = {
  // Measured: look-alike strangers reach 0.46 in a single frame; genuine pairs mostly stay under 0.5.
  passDistance: 0.45,
  // dlib's own limit for "the same person" is 0.6 (99.4 % on LFW); beyond it hardly a genuine pair is left.
  mismatchDistance: 0.6,
  // Turned and lit otherwise, frames of one person differ more than front views do: dlib's limit again.
  onePersonDistance: 0.6,
  // Pitch is read 10 to 35 too far down from a phone held low, so it is given more room than yaw.
  comparedYaw: 25,
  comparedPitch: 40,
  comparedMin: 2,
  // An enrolment photo with noise in its low bits stayed within 11 bits and 0.05 in a dozen tries;
  // frames newly made of one still came as near as 0.07.
  sameHashBits: 12,
  sameDistance: 0.06,
  repeatHashBits: 4,
  repeatDistance: 0.05,
  turnDegrees: 12,
  nodDegrees: 8,
  mouthGain: 0.2,
  blinkShare: 0.6,
  // Made frames: heads that turn by 19 to 26 degrees leave 0.02 to 0.07; pictures leave 0.007 to 0.035, and
  // those above this hardly look turned at all: they fail by their pose.
  flatDepth: 0.02,
  // Made frames of a dozen honest checks correlate by 0.81 to 0.99; not yet tried on filmed ones.
  flashSeen: 0.7,
  flashOther: -0.1,
  flashLeast: 0.01,
  noFaceShare: 0.25,
  severalShare: 0.25,
  // A face lit by a phone alone in a dark room has about 50.
  darkLight: 35,
  glareLight: 235,
  blurSharpness: 12,
  // The recogniser was trained on faces of 150 px, which are about 50 px between the eyes.
  eyesMin: 40,
  shotSlackMs: 400,
};
