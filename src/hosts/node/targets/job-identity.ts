/** How a CI job gets the token that says who it is. */
export type JobIdentity =
  | { readonly from: 'GitHub Actions'; readonly url: string; readonly bearer: string }
  | { readonly from: 'FM_ID_TOKEN'; readonly token: string };

/**
 * What the variables of a CI job give: on GitHub where the token is to be had (the job has the permission
 * `id-token: write`), on GitLab the token itself (`id_tokens: FM_ID_TOKEN`). Undefined elsewhere.
 */
export function jobIdentity(variables: Readonly<Record<string, string | undefined>>): JobIdentity | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer, FM_ID_TOKEN: token } = variables;
  if (token) return { from: 'FM_ID_TOKEN', token };
  return url && bearer ? { from: 'GitHub Actions', url, bearer } : undefined;
}
