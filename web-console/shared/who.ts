/** Who is logged in. Guarantees: survives a reload through the cookie; forgets at once on logout. */
import { readonly, shallowRef } from 'vue';
import type { Principal } from '../../server/auth/principal.ts';
import { ApiError, api, whenLoggedOut } from './api.ts';

/** `asking` until the server has said who the cookie names. */
const current = shallowRef<Principal | 'asking' | 'nobody' | 'unreachable'>('asking');
export const who = readonly(current);

whenLoggedOut(() => {
  current.value = 'nobody';
});

export async function askWho(): Promise<void> {
  current.value = 'asking';
  try {
    current.value = (await api.me()).principal;
  } catch (error) {
    current.value = error instanceof ApiError && error.status === 401 ? 'nobody' : 'unreachable';
  }
}

export async function login(username: string, password: string): Promise<void> {
  current.value = (await api.login(username, password)).principal;
}

/** Throws when the server could not be told: the cookie would still log in after a reload. */
export async function logout(): Promise<void> {
  await api.logout();
  current.value = 'nobody';
  location.hash = '#/';
}
