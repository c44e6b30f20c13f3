namespace Hermes.Model.Training;

/// <summary>The constants of LAMB.</summary>
internal sealed record LambSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay);

/// <summary>What a LAMB step multiplies with; Momentum and Variance are the bias corrections.</summary>
internal readonly record struct LambFactors(float Clip, float Beta1, float Beta2, float Momentum, float Variance, float Epsilon, float Decay);
