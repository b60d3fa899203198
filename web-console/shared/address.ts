/**
 * Addresses within the console, as the part after `#`. Guarantees: every view has one, that
 * can be bookmarked and sent; an address that means nothing is the board. Pure.
 */
export type Route =
  | { readonly page: 'board' }
  /** `date`: a day in Chinese time, YYYY-MM-DD; null: today. */
  | { readonly page: 'trainee'; readonly id: string; readonly date: string | null }
  | { readonly page: 'exams' }
  | { readonly page: 'exam'; readonly id: string }
  | { readonly page: 'sitting'; readonly id: string };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, room, id] = path.split('/');
  try {
    const named = decodeURIComponent(id ?? '');
    if (room === 'exams') return named === '' ? { page: 'exams' } : { page: 'exam', id: named };
    if (room === 'sittings' && named !== '') return { page: 'sitting', id: named };
    if (room !== 'trainees' || named === '') return { page: 'board' };
    const date = new URLSearchParams(query).get('date');
    return { page: 'trainee', id: named, date: date && /^\d{4}-\d\d-\d\d$/.test(date) ? date : null };
  } catch {
    return { page: 'board' };
  }
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'board':
      return '#/';
    case 'trainee':
      return `#/trainees/${encodeURIComponent(route.id)}${route.date ? `?date=${route.date}` : ''}`;
    case 'exams':
      return '#/exams';
    case 'exam':
      return `#/exams/${encodeURIComponent(route.id)}`;
    case 'sitting':
      return `#/sittings/${encodeURIComponent(route.id)}`;
    default:
      return route satisfies never;
  }
}
