// Where a policy holds, as its identity says: Global, Site:Redmond, or a name of its own, which Lync shows as Tag:Name
// and takes as Name.

/** Where a policy holds. */
export type PolicyPlace =
  | { readonly kind: 'global' }
  | { readonly kind: 'site'; readonly name: string }
  | { readonly kind: 'user'; readonly name: string };

/** The place that an identity names. */
export function placeOf(identity: string): PolicyPlace {
  if (identity.toLowerCase() === 'global') return { kind: 'global' };
  const site = /^site:(.+)$/is.exec(identity)?.[1];
  if (site !== undefined) return { kind: 'site', name: site };
  return { kind: 'user', name: /^tag:(.+)$/is.exec(identity)?.[1] ?? identity };
}

/** The identity of a place, as cmdlets show it. */
export function identityOf(place: PolicyPlace): string {
  if (place.kind === 'global') return 'Global';
  return place.kind === 'site' ? `Site:${place.name}` : `Tag:${place.name}`;
}

/** The name of a user's policy as cmdlets take it: by itself, or as a tag where by itself it would be another place. */
export function policyName(name: string): string {
  const place = placeOf(name);
  return place.kind === 'user' && place.name === name ? name : identityOf({ kind: 'user', name });
}
