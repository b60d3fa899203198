/**
 * The demo's trainees. Every name is invented and every citizen ID is made here: well formed,
 * with a right check digit, and sequence numbers from 900, which offices do not reach in practice.
 */
import { checkDigit } from '../classes/identity.ts';

export interface DemoTrainee {
  readonly id: string;
  readonly name: string;
  readonly citizenId: string;
}

const names = [
  '李晓梅',
  '王建国',
  '张雪松',
  '刘春燕',
  '陈志远',
  '赵桂兰',
  '孙立新',
  '周海波',
  '吴秀英',
  '郑文博',
  '冯玉洁',
  '杨长林',
  '韩冬梅',
  '朴美善',
] as const;

/** Fixed, so that a second start finds the same people. */
export const demoTrainees: readonly DemoTrainee[] = names.map((name, i) => ({
  id: `demo-trainee-${String(i + 1).padStart(2, '0')}`,
  name,
  citizenId: inventId(i),
}));

function inventId(i: number): string {
  const region = '220581';
  const birth = `${1971 + ((i * 7) % 30)}${String((i % 12) + 1).padStart(2, '0')}${String(((i * 5) % 28) + 1).padStart(2, '0')}`;
  const digits = `${region}${birth}${String(900 + i)}`;
  return `${digits}${checkDigit(digits)}`;
}
