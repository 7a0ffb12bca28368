"""API Gateway as the register of hospital systems."""
