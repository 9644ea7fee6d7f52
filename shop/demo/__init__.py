"""What a shop without keys needs: sample goods and their pictures, Stripe's twin, a mailbox."""
