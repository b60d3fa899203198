/**
 * An item of the question bank, as it is written into a class file and kept. Guarantees: what this
 * schema lets through is bounded and has the parts its form needs; whether a template can be drawn,
 * the expressions in it decide (`proofs/question/template.ts`).
 *
 * Forms: `single`, one choice is right; `multiple`, several may be; `order`, the choices stand in
 * their right order; `number`, a number is typed in, right within a tolerance; `point`, a place of a
 * picture is pointed at, right within a region.
 *
 * A template has variables. Each is drawn for each asking, and stands in the item's words wherever
 * they say `{expression}`: `{r}`, `{r × i}`, `{round(u ÷ r, 2)}`.
 */
import { z } from 'zod';

export const forms = ['single', 'multiple', 'order', 'number', 'point'] as const;
export type Form = (typeof forms)[number];

const words = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}+$/u);
export const itemId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}+$/u);
const choice = z.strictObject({ id: itemId, zh: words, en: words });
/** As the whole of a `number`'s key: an expression over the variables, or just a number. */
const expression = z.string().trim().min(1).max(200);
const mediaMs = z.number().int().min(0).max(86_400_000);
const amount = z.number().min(-1e9).max(1e9);

/** Words that change with the drawing: a term, in both languages. */
const term = z.strictObject({ zh: words.max(100), en: words.max(100) });
const variable = z.union([
  z
    .strictObject({ from: amount, to: amount, step: z.number().positive().max(1e9) })
    .refine(({ from, to, step }) => to - from >= step, { message: '至少要有两个值 · must have two values or more' })
    .refine(({ from, to, step }) => (to - from) / step <= 1e6, {
      message: '取值过多 · has more than a million values',
    }),
  z.strictObject({
    oneOf: z
      .array(z.union([amount, term]))
      .min(2)
      .max(100),
  }),
]);
export type Variable = z.infer<typeof variable>;
/** A short name, so that it is seen as one: `r`, `u2`. */
const variables = z
  .record(z.string().regex(/^(?!round$)[a-z][a-z0-9]{0,11}$/), variable)
  .refine((all) => Object.keys(all).length >= 1 && Object.keys(all).length <= 8, {
    message: '变量须有 1–8 个 · must have 1 to 8 variables',
  });

/** A share of a picture's width or height, from its upper left corner. */
const share = z.number().min(0).max(1);
/**
 * Where a picture is pointed at rightly, in shares of its width and of its height: so a circle is an
 * oval on a picture that is not square.
 */
const region = z.union([
  z.strictObject({ circle: z.tuple([share, share, z.number().positive().max(0.5)]) }),
  z.strictObject({
    polygon: z
      .array(z.tuple([share, share]))
      .min(3)
      .max(20),
  }),
]);
export type Region = z.infer<typeof region>;

const common = {
  id: itemId,
  zh: words,
  en: words,
  /** The media that it is about, ms: from (included), to (excluded). */
  about: z
    .tuple([mediaMs, mediaMs])
    .refine(([from, to]) => to > from, { message: '止须晚于起 · must end after it begins' })
    .optional(),
  variables: variables.optional(),
};

const ofForm = z.discriminatedUnion('form', [
  z.strictObject({
    ...common,
    form: z.literal('single'),
    choices: z.array(choice).min(2).max(10),
    answer: itemId,
  }),
  z.strictObject({
    ...common,
    form: z.literal('multiple'),
    choices: z.array(choice).min(3).max(10),
    answers: z.array(itemId).min(1).max(10),
  }),
  z.strictObject({ ...common, form: z.literal('order'), choices: z.array(choice).min(3).max(10) }),
  z.strictObject({
    ...common,
    form: z.literal('number'),
    answer: expression,
    tolerance: expression.default('0'),
    unit: term.optional(),
  }),
  z.strictObject({
    ...common,
    // What is seen is fixed, so nothing is drawn for an asking.
    variables: z.undefined().optional(),
    form: z.literal('point'),
    /** The picture's name in the file it comes with; in the bank, the SHA-256 of its bytes. */
    picture: itemId,
    region,
  }),
]);
/** Without a form it is a single choice. */
export const itemSchema = z.preprocess(
  (raw) => (typeof raw === 'object' && raw !== null && !('form' in raw) ? { ...raw, form: 'single' } : raw),
  ofForm,
);
export type Item = z.infer<typeof ofForm>;
