package main

func report(results []result, runs int) error { return nil }
