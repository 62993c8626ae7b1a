declare module "libsodium-wrappers-real" {
  import sodium from "libsodium-wrappers";
  export default sodium;
}
