import type { CodeEntry } from './entry.ts';

/** Codes within the types of run errors: what happened to an HTTP request of a stage. */
export const HTTP_CODES = {
  client_closed: {
    exit: 1,
    http: 409,
    title: 'The HTTP client was closed',
    explanation: 'The process was about to end, so the request was stopped or not sent any more.',
  },
  connect_timeout: {
    exit: 1,
    http: 502,
    title: 'No connection could be made in time',
    explanation:
      'Resolving the name, connecting and agreeing on TLS took more than 10 seconds. A firewall that drops packets without an answer is the usual cause. The `timeout` of a stage may be shorter and then ends the attempt first.',
  },
  connection_closed: {
    exit: 1,
    http: 502,
    title: 'The server closed the connection without an answer',
    explanation:
      'The request may or may not have been processed. It is retried where the stage has attempts left, with the same `Idempotency-Key`.',
  },
  connection_refused: {
    exit: 1,
    http: 502,
    title: 'Nothing listens on the port',
    explanation:
      'The host answered that the port is closed. The message names host and port: check both, and that the server is running. Inside of a container `localhost` is the container itself.',
  },
  connection_reset: {
    exit: 1,
    http: 502,
    title: 'The connection was reset',
    explanation:
      'The server, or something on the way, ended the connection. The request may or may not have been processed. It is retried where the stage has attempts left.',
  },
  dns_failed: {
    exit: 1,
    http: 502,
    title: 'The name could not be resolved',
    explanation:
      'The name server did not answer, or answered with an error. It usually passes; otherwise check the network.',
  },
  forbidden_header: {
    exit: 1,
    http: 422,
    title: 'The header cannot be set',
    explanation:
      'Headers that say how a message is framed or where it goes (`Host`, `Content-Length`, `Transfer-Encoding`, `Connection` and the like) follow from the URL and the body. Set by hand they could smuggle a second request.',
  },
  headers_timeout: {
    exit: 1,
    http: 504,
    title: 'The headers of the response did not come in time',
    explanation: 'The host limits how long a server may take to begin its response.',
  },
  headers_too_large: {
    exit: 1,
    http: 429,
    title: 'The headers of the response are too large',
    explanation: 'A response may have 64 KiB of headers. More is a mistake of the server, usually cookies without end.',
  },
  host_not_found: {
    exit: 1,
    http: 502,
    title: 'There is no such host',
    explanation:
      'The name in the URL does not exist for the name servers of this machine. Check its spelling; names of an internal network need its name server.',
  },
  host_unreachable: {
    exit: 1,
    http: 502,
    title: 'There is no way to the host',
    explanation:
      'The network has no route to the address. Check the connection, a VPN, and whether the host has an address of the kind (IPv4, IPv6) that the network carries.',
  },
  incomplete_response: {
    exit: 1,
    http: 502,
    title: 'The response ended before it was complete',
    explanation:
      'The connection ended in the middle of the body, or the body is shorter than its `Content-Length`. Nothing of it is used. It is retried where the stage has attempts left.',
  },
  invalid_auth: {
    exit: 1,
    http: 422,
    title: 'The credentials cannot be sent',
    explanation: 'Basic authentication sends `user:password`, so a user name cannot hold a colon.',
  },
  invalid_compression: {
    exit: 1,
    http: 502,
    title: 'The response cannot be decompressed',
    explanation:
      'The body is not what its `Content-Encoding` says, ends too early, or is encoded in a way that was not asked for (gzip, deflate, br and zstd are). `Accept-Encoding: identity` in `headers` asks for none.',
  },
  invalid_header: {
    exit: 1,
    http: 422,
    title: 'A header cannot be sent',
    explanation:
      'Names of headers are letters, digits and a few signs. Values hold no line breaks, which would begin another header, and no characters beyond Latin-1: encode them, for example with `base64` or `urlEncode`.',
  },
  invalid_json: {
    exit: 1,
    http: 422,
    title: 'The response is not the JSON that it claims to be',
    explanation:
      'The `Content-Type` says JSON and the body is not. The message has the line and column of the first mistake, `details.body` the beginning of the body: often an error page of a proxy.',
  },
  invalid_redirect: {
    exit: 1,
    http: 422,
    title: 'A redirect leads nowhere',
    explanation: 'The `Location` of the response is not a URL. `follow_redirects: false` gives the response itself.',
  },
  invalid_request: {
    exit: 1,
    http: 422,
    title: 'The request cannot be sent',
    explanation:
      'Something in the request has no form in HTTP, or its method is one that is not sent (CONNECT, TRACE).',
  },
  invalid_url: {
    exit: 1,
    http: 422,
    title: 'The URL is not valid',
    explanation:
      'A URL has a scheme and a host: `https://api.example.com/orders`. A template that gave nothing is the usual cause of a broken one. The message does not show it, because it may hold secrets.',
  },
  malformed_response: {
    exit: 1,
    http: 502,
    title: 'The answer is not HTTP',
    explanation:
      'What listens there does not speak HTTP/1.1, or breaks its rules. Check the port, and whether it expects `https`.',
  },
  private_network: {
    exit: 1,
    http: 403,
    title: 'The address is of a private network',
    explanation:
      'Whoever may set the address of a failure webhook could otherwise have servers and workers call what only they can reach: the machine itself, its neighbours, the metadata of a cloud. So a name or an address that leads to a private network is not called, whatever spells it. `FM_ALLOW_PRIVATE_NETWORK` of servers and workers names networks that may be called all the same, as `10.20.0.0/16` with commas between.',
    example: 'FM_ALLOW_PRIVATE_NETWORK=10.20.0.0/16 fm worker',
  },
  rate_limited: {
    exit: 1,
    http: 429,
    title: 'The server asks for fewer requests',
    explanation:
      'The server answered 429. Its `Retry-After` is honoured up to `retry.max_delay`; beyond it the retrying ends. A smaller `max_parallel` sends fewer at a time.',
  },
  request_failed: {
    exit: 1,
    http: 502,
    title: 'The request failed',
    explanation: 'Something else went wrong on the way to the server. The message has what the system says.',
  },
  response_too_large: {
    exit: 1,
    http: 429,
    title: 'The response is too large',
    explanation:
      'A response may be as large as an output (4 MB unless the project lowers it), counted after decompression. Reading stops there. Ask for less: a page, a range, fewer fields.',
  },
  scheme_not_allowed: {
    exit: 1,
    http: 403,
    title: 'Only http and https are sent',
    explanation: 'The URL, or one that it redirects to, has another scheme, such as `file` or `ftp`.',
  },
  server_error: {
    exit: 1,
    http: 502,
    title: 'The server failed',
    explanation:
      'The server answered 408 or 5xx; `details` has the status and the body. It is retried where the stage has attempts left. `expect_status` takes such an answer as a success.',
  },
  tls_certificate: {
    exit: 1,
    http: 502,
    title: "The server's certificate is not trusted",
    explanation:
      'It is expired, made for another name, or signed by an authority that this machine does not know. For an authority of your own set NODE_EXTRA_CA_CERTS to its file; there is no switch that trusts everybody.',
    example: 'export NODE_EXTRA_CA_CERTS=/etc/ssl/our-ca.pem',
  },
  tls_failed: {
    exit: 1,
    http: 502,
    title: 'TLS could not be agreed on',
    explanation: 'The port does not speak TLS, or no version of it that is safe. `http://` in the URL goes without.',
  },
  too_many_redirects: {
    exit: 1,
    http: 422,
    title: 'Redirects do not end',
    explanation:
      'A request follows 10 redirects. `details.redirects` lists where they led; a login page that redirects to itself is the usual cause.',
  },
  unexpected_status: {
    exit: 1,
    http: 422,
    title: 'The server answered with another status',
    explanation:
      'The status is not one of `expect_status` (2xx unless it is written). `details` has the status and the body. To go on with such an answer, expect it and test `output.status` afterwards.',
    example: '"config": { "url": "https://api.example.com/users/7", "expect_status": ["2xx", 404] }',
  },
} as const satisfies Record<string, CodeEntry>;
