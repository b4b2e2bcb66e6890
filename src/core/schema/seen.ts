/** Which properties and items the keywords of one schema have looked at, for the `unevaluated` keywords. */
export class Seen {
  everyProperty = false;
  everyItem = false;
  /** Items before this index. */
  items = 0;
  readonly properties = new Set<string>();
  readonly contained = new Set<number>();

  /** Takes over what a subschema that holds has looked at. */
  merge(other: Seen): void {
    this.everyProperty ||= other.everyProperty;
    this.everyItem ||= other.everyItem;
    this.items = Math.max(this.items, other.items);
    for (const name of other.properties) this.properties.add(name);
    for (const index of other.contained) this.contained.add(index);
  }

  hasProperty(name: string): boolean {
    return this.everyProperty || this.properties.has(name);
  }

  hasItem(index: number): boolean {
    return this.everyItem || index < this.items || this.contained.has(index);
  }
}
