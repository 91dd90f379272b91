#!/usr/bin/env bats

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

@test "a file that is no archive of images is refused with the reason" {
  printf 'no tar at all\n%.0s' {1..100} >noise.tar
  gives 1 import noise.tar
  holds "$stderr" 'INVALID_REQUEST: this is no tar archive'
  gives 2 import absent.tar
  holds "$stderr" "'absent.tar' is no file that can be read"
}

@test "a pull from a registry that is not there says so, and what to do" {
  gives 1 pull 127.0.0.1:1/none/such:1
  holds "$stderr" 'IMAGE_PULL_FAILED: image 127.0.0.1:1/none/such:1' 'check that it runs'
}

@test "credentials are stored, listed without the password, and forgotten" {
  local password='a "quoted" \\ passwörd'
  gives 0 registries
  lacks "$output" registry.example.org
  run --separate-stderr hearth registries add registry.example.org:5000 --username ci --password-stdin <<<"$password"
  is "$status" 0
  is "$output" 'registry.example.org:5000 stored for ci'
  gives 0 registries
  holds "$output" 'registry.example.org:5000' ' ci '
  lacks "$output" passw
  gives 0 registries delete registry.example.org:5000
  gives 1 registries delete registry.example.org:5000
  holds "$stderr" 'NOT_FOUND'
}

@test "a password is taken from standard input only" {
  gives 2 registries add registry.example.org --username ci --password secret
  holds "$stderr" '--password-stdin'
  gives 2 registries add registry.example.org --username ci
  gives 2 registries add --username ci --password-stdin </dev/null
  gives 2 registries add registry.example.org --username ci --password-stdin </dev/null
  holds "$stderr" 'no password on standard input'
}
