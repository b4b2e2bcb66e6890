/** A package that brings components: an oclif plugin whose package.json has `flowmason.components`. */
export interface PluginPackage {
  readonly name: string;
  /** The folder of its package.json. */
  readonly root: string;
}
