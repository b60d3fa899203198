/**
 * How the trainee stands with face checks, as a card beside the video. Guarantees: shown only where the class has
 * them; it asks for nothing by itself and blocks nothing; it says that questions earn the same.
 */
import type { FaceStanding } from '../sdk/wire.ts';
import { need, text } from './dom.ts';
import { drawn, say } from './language.ts';
import type { Key } from './words.ts';

export interface FaceCard {
  /** @param manage opens the SDK's dialog for consent, enrolment and withdrawal */
  show(standing: FaceStanding, manage: () => void): void;
}

type Stand = 'none' | 'consented' | 'enrolled';
const words: Readonly<Record<Stand, readonly [body: Key, act: Key]>> = {
  none: ['faceNone', 'faceNoneAct'],
  consented: ['faceConsented', 'faceConsentedAct'],
  enrolled: ['faceEnrolled', 'faceEnrolledAct'],
};

export function faceCard(card: HTMLElement): FaceCard {
  const body = need('[data-face-body]', card);
  const act = need<HTMLButtonElement>('[data-face-act]', card);
  let stand: Stand | null = null;
  let manage = (): void => undefined;

  act.addEventListener('click', () => manage());
  drawn(draw);
  function draw(): void {
    card.hidden = stand === null;
    if (stand === null) return;
    card.setAttribute('data-face', stand);
    const [bodyKey, actKey] = words[stand];
    text(body, say(bodyKey));
    text(act, say(actKey));
  }

  return {
    show({ consent, enrolled }, open) {
      stand = enrolled ? 'enrolled' : consent ? 'consented' : 'none';
      manage = open;
      draw();
    },
  };
}
