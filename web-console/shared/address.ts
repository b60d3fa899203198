/**
 * Addresses within the console, as the part after `#`. Guarantees: every view has one, that
 * can be bookmarked and sent; an address that means nothing is the board. Pure.
 */
export type Route =
  | { readonly page: 'board' }
  /** `date`: a day in Chinese time, YYYY-MM-DD; null: today. */
  | { readonly page: 'trainee'; readonly id: string; readonly date: string | null };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, room, id] = path.split('/');
  if (room !== 'trainees' || !id) return { page: 'board' };
  const date = new URLSearchParams(query).get('date');
  try {
    return { page: 'trainee', id: decodeURIComponent(id), date: date && /^\d{4}-\d\d-\d\d$/.test(date) ? date : null };
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
    default:
      return route satisfies never;
  }
}
