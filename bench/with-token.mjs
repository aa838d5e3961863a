// Preload (node --import): every request to the server under measure carries the bearer token of the environment.
import http from 'node:http';

const server = new URL(process.env.BASE);
const bearer = { Authorization: `Bearer ${process.env.TOKEN}` };

const plainFetch = globalThis.fetch;
globalThis.fetch = (address, options = {}) =>
  plainFetch(
    address,
    new URL(address).origin === server.origin
      ? { ...options, headers: { ...options.headers, ...bearer } }
      : options);

const plainRequest = http.request;
http.request = (options, ...others) =>
  plainRequest(
    (options.hostname ?? options.host) === server.hostname && String(options.port) === server.port
      ? { ...options, headers: { ...options.headers, ...bearer } }
      : options,
    ...others);
