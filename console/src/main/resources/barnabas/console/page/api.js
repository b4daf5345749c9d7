// The REST interface.

export class ApiError extends Error {
  constructor(status, error) {
    super(error.message ?? `HTTP status ${status}`);
    this.status = status;
    this.code = error.code;
    this.position = error.position;
  }
}

let onLogin = () => {};

export function whenLoginNeeded(action) {
  onLogin = action;
}

export async function call(method, path, body, signal) {
  const response = await fetch('/api/v1' + path, {
    method,
    signal,
    headers: method === 'GET' ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new ApiError(response.status, answer.error ?? {});
  if (error.code === 'LOGIN_REQUIRED') onLogin();
  throw error;
}

export const get = (path, signal) => call('GET', path, undefined, signal);
export const post = (path, body) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const remove = (path, body) => call('DELETE', path, body);

/** A segment of a path. */
export const part = encodeURIComponent;

export function query(parameters) {
  const used = Object.entries(parameters).filter(([, value]) => value !== '' && value != null && value !== false);
  return used.length ? '?' + used.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&') : '';
}
