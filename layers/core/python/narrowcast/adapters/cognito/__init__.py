"""The accounts of staff in a Cognito user pool."""
