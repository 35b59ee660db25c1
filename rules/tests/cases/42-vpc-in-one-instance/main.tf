# One text attaches the policy to both workers, and one of them is in a VPC.
# silent: unused-feature-policy

module "inside" {
  source     = "./worker"
  name       = "inside"
  subnet_ids = ["subnet-0a1b2c3d"]
}

module "outside" {
  source     = "./worker"
  name       = "outside"
  subnet_ids = []
}
