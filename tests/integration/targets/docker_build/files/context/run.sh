#!/bin/sh
echo "It runs."
