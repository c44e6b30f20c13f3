namespace Hermes.Grains.Interfaces.Updates;

/// <summary>What an update may change.</summary>
[GenerateSerializer]
public enum UpdatePolicy
{
    /// <summary>Nothing: each dataset gets a branch of priors and full-resolution decoder stages.</summary>
    Branch = 0,

    /// <summary>Nothing: each dataset gets a branch of priors alone.</summary>
    Priors = 1,

    /// <summary>A new trunk, all but the convolutions on the way down of which learns on, from the old datasets and the new.</summary>
    Decoder = 2,

    /// <summary>A new trunk, all of which learns on, from the old datasets and the new.</summary>
    Full = 3,
}

/// <summary>What policies come to.</summary>
public static class UpdatePolicies
{
    /// <summary>Whether a new trunk is made, which may change old answers.</summary>
    public static bool MakesTrunk(this UpdatePolicy policy) => policy is UpdatePolicy.Decoder or UpdatePolicy.Full;
}
