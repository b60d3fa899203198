/**
 * Sat on a device, and from a network, on which this learner took none of the lessons, while nearly all others sat
 * where they learnt: somebody elsewhere may have sat for the learner. A new telephone, a visit, an exam room explain
 * it as well, so both must be new, an exam that many sat elsewhere says nothing, and it is a signal to people.
 */
import { byPerson } from './people.ts';
import { examRule, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  /** Candidates of whom it is known where they learnt. */
  peopleMin: 10,
  /** Of them, those who sat where they learnt. */
  likeShareMin: 0.8,
});

export const examUnlikeLessons = examRule({
  name: 'examUnlikeLessons',
  code: 'examImpersonation',
  severity: 'low',
  judge: ({ sat }) => {
    const known = byPerson(sat)
      .flatMap((own) => own.at(-1) ?? [])
      .filter(({ lessonDevices, lessonNetworks, devices, networks }) =>
        [lessonDevices, lessonNetworks, devices, networks].every(({ length }) => length > 0),
      );
    if (known.length < thresholds.peopleMin) return [];
    const unlike = known.filter(isUnlike);
    const likeShare = 1 - unlike.length / known.length;
    if (likeShare < thresholds.likeShareMin) return [];
    return unlike.map((one) => ({
      sat: one,
      facts: {
        ...{ sittingDevices: one.devices.length, lessonDevices: one.lessonDevices.length },
        ...{ lessonNetworks: one.lessonNetworks.length, likeShare: round(likeShare) },
        likeShareMin: thresholds.likeShareMin,
      },
    }));
  },
});

const isUnlike = ({ devices, networks, lessonDevices, lessonNetworks }: Sat): boolean =>
  !devices.some((one) => lessonDevices.includes(one)) && !networks.some((one) => lessonNetworks.includes(one));

const round = (value: number): number => Math.round(value * 1000) / 1000;
