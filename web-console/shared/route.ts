/** Where the console is: follows the address bar, and is changed only through it. */
import { readonly, ref } from 'vue';
import { hrefOf, parseRoute, type Route } from './address.ts';

export { hrefOf, type Route } from './address.ts';

const current = ref<Route>(parseRoute(location.hash));
window.addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash);
});

export const route = readonly(current);

export function go(to: Route): void {
  location.hash = hrefOf(to);
}
