"""What AWS asks in us-east-1, in US dollars, free tiers left aside: figures from memory, to be checked before quoting.

The lists stand at aws.amazon.com/{dynamodb,lambda,step-functions,api-gateway,kms,opensearch-service}/pricing. Of these
figures only DynamoDB's were confirmed, by one secondary page. Prices change; whoever quotes one looks it up again.
"""

from __future__ import annotations

MILLION = 1_000_000

# DynamoDB, on demand, standard table class.
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION

# Lambda, x86.
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000166667

# Step Functions, Express: requests, and duration in steps of 100 ms and 64 MB.
EXPRESS_REQUEST = 1.00 / MILLION
EXPRESS_GB_SECOND = 0.00001667

# KMS: symmetric keys; what asks of an asymmetric ECC key costs more.
KMS_REQUEST = 0.03 / 10_000
KMS_ECC_REQUEST = 0.15 / 10_000
KMS_ECC_OPERATIONS = frozenset({"Sign", "GetPublicKey"})

SECRET_REQUEST = 0.05 / 10_000
REST_API_REQUEST = 3.50 / MILLION
