/** What a row of the timeline is drawn from, whatever it is of: a lesson's session or an exam's sitting. */
export interface Track {
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly note: string;
  /** All of it in words, for who does not see it. */
  readonly summary: string;
  /** From the top. */
  readonly lanes: readonly Lane[];
  readonly blocks: readonly TrackBlock[];
  readonly marks: readonly TrackMark[];
}

export interface Lane {
  readonly key: string;
  readonly fill: string;
  readonly stroke: string;
}

export interface TrackBlock {
  readonly id: string;
  readonly lane: string;
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

export interface TrackMark {
  readonly id: string;
  readonly at: number;
  /** `round`: something that happened; `square`: an alert. */
  readonly shape: 'round' | 'square';
  readonly sign: string;
  readonly words: string;
}

/** Fills and strokes by what they mean, the same in every row; patterns are in TimelineFills.vue. */
export const good = { fill: '#14774e', stroke: '#14774e' } as const;
export const open = { fill: 'url(#held-fill)', stroke: '#b07a10' } as const;
export const bad = { fill: 'url(#denied-fill)', stroke: '#b3261e' } as const;
